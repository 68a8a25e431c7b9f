"""`python -m digit_tc`: the command line."""

from digit_tc.cli import main

if __name__ == "__main__":
    main()
