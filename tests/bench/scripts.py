"""Long scripts as people write them, from a seed: parameters, functions, relations that build on one another, joins,
promises, exports. They read the tables of examples/schemas.wr and must check without an error.
"""

import random

CITIES = ["Kazan", "Moscow", "Omsk", "Perm", "Samara", "Tver", "Ufa"]
KINDS = ["plastic", "issued", "import"]


class Script:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.cards: list[str] = ["wallet.cards"]
        self.exported: list[str] = []
        self.count = 0

    def add(self, text: str) -> None:
        self.lines += text.strip("\n").split("\n") + [""]

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"

    def head(self, parameters: int) -> None:
        self.add('report "Everything about cards"\n  "Generated for measuring."')
        self.add('use wallet, crm, amp from "schemas.wr"\nuse age from "lib/people.wr"')
        self.add('param issued: period = last month label "Issued"')
        self.add('param ages: range of int = 18..65 label "Age"')
        self.add('param share: percent = 10% label "Share" where $share <= 50% else "at most half"')
        self.add(
            'param measure: choice = "cards" label "Measure" {\n  "cards" as "Cards" = count(),\n'
            '  "users" as "People" = count_distinct(user_id),\n}'
        )
        for at in range(parameters):
            self.add(
                f'param kind_{at}: choice = "any" label "Kind {at}" {{\n  "any" as "Any",\n'
                + "".join(f'  "{kind}" as "{kind.capitalize()}",\n' for kind in KINDS)
                + "}"
            )
            self.add(f'param limit_{at}: int = {at * 10 + 5} label "Limit {at}" where $limit_{at} > 0 else "above zero"')
            self.add(f"let $twice_{at} = $limit_{at} * 2 + {at}")
        self.parameters = parameters

    def function(self) -> None:
        name, low, high = self.name("band"), self.random.randint(10, 30), self.random.randint(40, 80)
        self.add(
            f"# Which band a number falls into; {low} and {high} are included.\n"
            f"fn {name}(x: int?) -> text =\n  when x is null then \"unknown\" when x < {low} then \"low\" "
            f'when x in {low}..{high} then "middle" else "high"'
        )
        self.band = name

    def cards_let(self) -> None:
        name, source, at = self.name("cards"), self.random.choice(self.cards[-4:]), self.random.randrange(self.parameters)
        own = source == "wallet.cards"
        tail = self.random.choice(
            [
                "  derive shown = upper(city ?? \"-\"), large = (balance ?? 0) > 100",
                "  derive shown = city ?? \"-\", large = balance is not null and balance >= 50",
            ]
        ) if own else "  derive replace shown = \"{shown}!\", replace large = large or card_id mod 7 == 0"
        self.add(
            f"let {name} =\n  from {source}\n  filter kind == $kind_{at} if $kind_{at} != \"any\"\n"
            f"  filter issued_at in $issued and card_id > $limit_{at}\n{tail}\n"
            f'  filter city in ["{self.random.choice(CITIES)}", "{self.random.choice(CITIES)}", "Tomsk"]'
        )
        self.cards.append(name)

    def people_let(self) -> None:
        if len(self.cards) == 1:
            return self.cards_let()
        name, source = self.name("people"), self.random.choice(self.cards[1:][-6:])
        self.add(
            f"let {name} =\n  from {source}\n  # Clients only; the others have no birth date.\n"
            "  join one left crm.users as u using user_id\n"
            "  filter age(u.birth_date) in $ages\n"
            f'  join anti crm.mailing_history as h on user_id == h.user_id and h.grp == "test" and h.sent_at >= now - {self.random.randint(2, 30)}d\n'
            f"  derive band = {self.band}(age(u.birth_date)), town = u.city ?? city ?? \"-\"\n"
            "  distinct on user_id keep first by u.updated_at desc, card_id\n"
            "  select user_id, card_id, band, town, issued_at, name = u.name"
        )
        summary = self.name("summary")
        self.add(
            f"let {summary} =\n  from {name}\n"
            "  group by day = date(issued_at), band { value = $measure, last = max(issued_at), people = count() }\n"
            "  filter people > 1\n  derive share = div(people, value, 4)\n  sort day, band"
        )
        self.exported += [name, summary]
        self.add(f'expect rows({name}) <= rows({source}) else "{{rows({name})}} people of {{rows({source})}} cards"')
        self.add(f'export {summary} to csv "{summary}-{{$measure}}.csv" {{ day as "Day", band as "Band", value as label($measure), people as "People" }}')

    def tail(self) -> None:
        for at, relation in enumerate(self.exported[::2][:40]):
            self.add(f'export {relation} to csv for excel "{relation}.csv"')

    def text(self) -> str:
        return "\n".join(self.lines).rstrip("\n") + "\n"


def tables(count: int, seed: int = 3) -> str:
    """Declarations of so many tables of `wallet` and `crm`, with 6 to 18 columns each."""
    numbers = random.Random(seed)
    types = ["int", "text?", "text", "datetime", "date?", "decimal(12, 2)?", "bool", "int?"]
    made = []
    for at in range(count):
        columns = ""
        for column in range(numbers.randint(6, 18)):
            doc = ' "What it says"' if numbers.random() < 0.3 else ""
            columns += f"  column_{column}: {numbers.choice(types)}{doc},\n"
        connection = numbers.choice(["wallet", "crm"])
        made.append(f'table {connection}.table_{at} key column_0\n  "One of many." {{\n{columns}}}\n')
    return "\n".join(made)


def script(lines: int, seed: int = 7) -> str:
    """A script of about so many lines."""
    made = Script(seed)
    made.head(parameters=max(2, lines // 250))
    while len(made.lines) < lines:
        turn = made.random.random()
        if turn < 0.15 or not hasattr(made, "band"):
            made.function()
        elif turn < 0.55:
            made.cards_let()
        else:
            made.people_let()
    made.tail()
    return made.text()
