def flap(row):
    return row["name"] + "!" * int(row["wings"])


def double(row, other):
    if row == 3:
        raise ValueError("three")
    return [2 * row, other]


def keys(file):
    return [item["key"] for item in file]
