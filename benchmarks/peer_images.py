"""Times Pillow and OpenCV on the files that `imagebench` times.

    python3 benchmarks/peer_images.py FILE ...

Each library decodes from memory and reduces to 128 x 128 by area average, on one thread; the
figure is processor time, the fastest of seven rounds.
"""

import io
import sys
import time

SIDE = 128
ROUNDS = 7


def fastest(work):
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def pillow(data):
    from PIL import Image

    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I;16"):  # Pillow resizes 16 bits only as 32-bit numbers
        image = image.convert("I").convert("F")
    return image.resize((SIDE, SIDE), Image.Resampling.BOX)


def pillow_reducing(data):
    """Box reduction by a whole factor first: Pillow's own advice for speed."""
    from PIL import Image

    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode.startswith("I;16"):
        image = image.convert("I").convert("F")
    return image.resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=1.0)


def opencv(data):
    import cv2
    import numpy

    cv2.setNumThreads(1)
    pixels = numpy.frombuffer(data, numpy.uint8)
    flags = cv2.IMREAD_GRAYSCALE | cv2.IMREAD_ANYDEPTH
    return cv2.resize(cv2.imdecode(pixels, flags), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def main():
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            data = file.read()
        for work in (pillow, pillow_reducing, opencv):
            try:
                milliseconds = fastest(lambda: work(data)) * 1000
                print(f"{path}: {work.__name__} {milliseconds:.1f} ms")
            except ImportError as error:
                print(f"{path}: {work.__name__} not measured ({error})")


if __name__ == "__main__":
    main()
