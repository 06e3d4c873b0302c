"""The one way in which an action says no."""


class Refused(Exception):
    """An action was refused because of what was given; nothing has been changed.

    `message` is a whole sentence for the person: what is wrong and what would be right. `field` names the form
    field that it belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
