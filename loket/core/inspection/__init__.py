"""Looking into files of strangers, in a process that can do nothing else.

`client.inspect` hands the content to a child that has little memory, little time, no files and no network; it
finds out what the content is, decodes it wholly, and gives back a copy that holds only what is to be seen.
The child runs `python -m loket.core.inspection`; it imports neither Django nor settings.
"""
