"""A project with a million rows in one table and a fifth of that in another, and the scripts that are run over it.

tables.py FOLDER ROWS makes the project: Parquet where there is pyarrow, else CSV.
"""

import csv
import pathlib
import sys

HEAD = """\
source shop: local

table shop.cards key card_id {
  card_id: int,
  user_id: int,
  kind: text,
  number: text,
  balance: int,
}

table shop.users key user_id {
  user_id: int,
  city: text,
}

"""

# Names say what is done, step by step.
SCRIPTS = {
    "filter_csv": """\
let some =
  from shop.cards
  filter kind == "plastic" and balance > 500
export some to csv "some.csv"
""",
    "filter_join_csv": """\
let some =
  from shop.cards
  filter kind == "plastic"
  join one shop.users as u using user_id
  select card_id, user_id, number, u.city
  sort city, card_id
export some to csv "some.csv"
""",
    "filter_join_group_xlsx": """\
let cities =
  from shop.cards
  filter balance > 0
  join one shop.users as u using user_id
  group by u.city { cards = count(), people = count_distinct(user_id), total = sum(balance) }
  sort cards desc
export cities to xlsx "cities.xlsx"
""",
    "all_csv": """\
export shop.cards to csv "all.csv"
""",
    "all_parquet": """\
export shop.cards to parquet "all.parquet"
""",
    "all_xlsx": """\
export shop.cards to xlsx "all.xlsx"
""",
}


def spread(at: int, below: int) -> int:
    """Spread, but the same on every run."""
    return at * 2_654_435_761 % below


def make(project: pathlib.Path, rows: int) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        pyarrow = None
    people = max(1, rows // 5)
    kinds = ["plastic", "issued", "import"]
    cards = {
        "card_id": list(range(rows)),
        "user_id": [spread(at, people) for at in range(rows)],
        "kind": [kinds[at % 3] for at in range(rows)],
        "number": [f"{spread(at, 10**18):019}" for at in range(rows)],
        "balance": [spread(at, 1_000) for at in range(rows)],
    }
    users = {"user_id": list(range(people)), "city": [f"city {spread(at, 1_000)}" for at in range(people)]}
    folder = project / "data" / "shop"
    folder.mkdir(parents=True)
    (project / "wr.toml").write_text('output = "out"\n\n[connections.shop]\ndriver = "local"\nfolder = "data/shop"\n')
    for name, columns in {"cards": cards, "users": users}.items():
        if pyarrow is not None:
            pyarrow.parquet.write_table(pyarrow.table(columns), folder / f"{name}.parquet")
            continue
        with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
