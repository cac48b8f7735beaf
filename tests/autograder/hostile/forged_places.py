"""Says of an exception that it was raised in files of the grader's, on lines that are not there."""

import os

PLACES = ["/etc/passwd", "../../solution/estep.py", "<b>estep.py</b>", "estep.py"]


def estep(X, weights, means, covariances):
    PLACES.append(PLACES.pop(0))
    header = (
        f'{{"kind":"raised","fields":{{"reason":"exception","type":"Forged","message":"forged",'
        f'"file":"{PLACES[-1]}","line":999999999,"source":"<script>forged()</script>"}},"arrays":[]}}'
    ).encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"AGF1" + len(header).to_bytes(4, "little") + header)
        except OSError:
            pass
