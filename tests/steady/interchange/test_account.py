"""The row account adds up, or says by how much it does not."""

from hypothesis import given
from hypothesis import strategies as st

from strandline.steady.interchange.rules.account import Fate, RowAccount


@given(st.lists(st.sampled_from(Fate)))
def test_an_account_balances_when_every_row_met_one_fate(fates: list[Fate]) -> None:
    account = RowAccount()
    for fate in fates:
        account.read()
        account.add(fate)

    assert account.balances
    assert account.rows == len(fates)
    assert account.rejected == fates.count(Fate.REJECTED)


def test_a_lost_row_and_a_made_up_one_are_seen() -> None:
    account = RowAccount(rows=3, created=1)
    assert (account.missing, account.balances) == (2, False)

    account.add(Fate.UNCHANGED, 3)

    assert (account.missing, account.balances) == (-1, False)


def test_accounts_of_parts_add_up() -> None:
    whole = RowAccount(3, 1, 1, 1) + RowAccount(rows=2, skipped=1, rejected=1)

    assert whole == RowAccount(5, 1, 1, 1, 1, 1)
    assert whole.balances


def test_an_account_is_told_in_words() -> None:
    assert RowAccount(1_200, 1_000, 0, 0, 0, 200).sentence() == "1,200 rows: 1,000 created, 200 rejected."
    assert RowAccount().sentence() == "0 rows: none taken."
