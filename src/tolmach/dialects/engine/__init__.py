"""The one engine behind ProntoSMS and TargetSMS (and their siblings): the frame of a document, and its words."""
