"""Puts markup into what it prints and raises, and into the line that raises it."""


def estep(X, weights, means, covariances):
    print("<script>alert('printed')</script><img src=x onerror=alert(1)></pre></dd></main>")
    raise ValueError("</dd><script>alert('raised')</script><a href='javascript:alert(1)'>")
