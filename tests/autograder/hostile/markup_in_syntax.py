"""Has markup in the line with its syntax error."""

def estep(X, weights, means, covariances) <script>alert('syntax')</script> "' onmouseover='alert(1)'
