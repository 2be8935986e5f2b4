"""`python -m gristmill`, for where scripts are not on the PATH."""

from gristmill.cli import main

if __name__ == "__main__":
    main()
