"""The surveys that the council passes on for the inspectorate, and the letter to each child."""
