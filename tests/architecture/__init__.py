"""What must hold of the whole tree, whoever writes in it."""
