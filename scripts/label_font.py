"""Draws the letters of labels in PNG figures: label_font.py FONT > Sources/Reports/.../LabelFont+Glyphs.swift

FONT is DejaVuSans.ttf (its licence lets anybody use and embed it). Every letter is drawn once, 15 pixels
high, in sixteen shades; Lightbox itself reads no font. Needs Pillow (13.0.0 made the file).
"""

import sys

from PIL import Image, ImageDraw, ImageFont

SIZE, TOP, HEIGHT = 15, 0, 19
CHARACTERS = [chr(c) for c in range(32, 127)] + [chr(c) for c in range(161, 256) if c != 173] + list("–—…§†≤≥→")


def main():
    font = ImageFont.truetype(sys.argv[1], SIZE, layout_engine=ImageFont.Layout.BASIC)
    lines = []
    for character in CHARACTERS:
        advance = round(font.getlength(character))
        image = Image.new("L", (advance, HEIGHT), 0)
        ImageDraw.Draw(image).text((0, TOP), character, fill=255, font=font)
        shades = "".join(f"{(value + 8) // 17:x}" for value in image.tobytes())
        # Rows of nothing are the most: runs of zeros are a letter from g (4 zeros) to z (23).
        short, zeros = "", 0
        for digit in shades + "!":
            if digit == "0":
                zeros += 1
                continue
            while zeros >= 4:
                part = min(zeros, 23)
                short += chr(ord("g") + part - 4)
                zeros -= part
            short += "0" * zeros + ("" if digit == "!" else digit)
            zeros = 0
        lines.append((character, advance, short))
    print("extension LabelFont {")
    print("    /// The characters that have a letter, in the order of `letters`.")
    text = "".join(c for c in CHARACTERS).replace("\\", "\\\\").replace('"', '\\"')
    for name, part in [("plain", text[:97]), ("other", text[97:])]:
        print(f'    static let {name} =\n        "{part}"')
    print()
    print("    /// Each letter's width, a colon, and its shades row by row as `scripts/label_font.py` writes them.")
    print('    static let letters = """')
    row = "        "
    for character, advance, short in lines:
        piece = f"{advance}:{short} "
        while piece:
            room = 116 - len(row)
            if len(piece) <= room:
                row += piece
                break
            row += piece[:room] + "\\"
            print(row)
            row, piece = "        ", piece[room:]
    print(row.rstrip())
    print('        """')
    print("}")


main()
