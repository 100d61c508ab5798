# python: pillow
"""PNG: an image that Pillow reads whole; most of it is paper, and the colours of the legend are on it."""
from PIL import Image
from peer import SCHEDULE, DONE, file, equal, ok

image = Image.open(file("png", "png"))
image.load()
equal("format", "PNG", image.format)
if image.width < 3000 or not 300 < image.height < 6000:
    raise SystemExit(f"{image.size} is no picture of a chart")
colours = dict((rgb[:3], n) for n, rgb in image.convert("RGB").getcolors(maxcolors=1 << 24))
dots = image.width * image.height
if colours.get((255, 255, 255), 0) < dots * 0.4:
    raise SystemExit("less than 40 % of the picture is paper")
inks = {"task": (0x5B, 0x82, 0xB0), "sampling": (0xD0, 0x9A, 0x2B), "transfer": (0x3F, 0x8F, 0x7B), "sail": (0xA7, 0xB4, 0xC2)}
for kind, ink in inks.items():
    equal(f"bars of {kind}", any(a["kind"] == kind for a in DONE), colours.get(ink, 0) > 20 or (kind == "transfer" and ink in colours and any(a["kind"] == kind for a in DONE)))
ok(f"{image.width} x {image.height} pixels, {len(colours)} colours")
