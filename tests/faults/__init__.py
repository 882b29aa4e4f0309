"""What happens when things die: kills at chosen points, many writers at once, full disks, lost connections."""
