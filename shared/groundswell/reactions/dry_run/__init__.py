"""A dry run: the code that would act is run, and every call that it would make is written down instead of sent."""
