"""Has markup in the names of its exception and of the attribute that is missing."""

kind = type("<script>alert('type')</script>", (Exception,), {})


def estep(X, weights, means, covariances):
    raise kind(
        "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} `code` ``<b>bold</b>`` &lt;script&gt;"
    )
