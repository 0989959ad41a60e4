"""I say which account a thing belongs to; an account that is not the asker's does not exist."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework import serializers


class AccountField(serializers.UUIDField):
    """An account by its id, in and out; also read from `account_id`, as the column is called.

    `accounts` gives the queryset to look in. An unknown id is the same 404 as another person's.
    """

    def __init__(self, accounts: Any, **options: Any) -> None:
        super().__init__(**options)
        self.accounts = accounts

    def get_value(self, dictionary: Any) -> Any:
        found = super().get_value(dictionary)
        return dictionary.get("account_id", found) if found is serializers.empty else found

    def to_internal_value(self, data: Any) -> Any:
        account = self.accounts().filter(pk=super().to_internal_value(data)).first()
        if account is None:
            raise Http404
        return account

    def get_attribute(self, instance: Any) -> UUID:
        return instance.account_id  # type: ignore[no-any-return]
