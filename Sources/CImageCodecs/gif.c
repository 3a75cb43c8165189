// GIF through giflib: one plane of the first frame, and two-colour masks.
#include <gif_lib.h>

#include "codec_buffer.h"
#include "mask_values.h"

static int on_read(GifFileType *gif, GifByteType *into, int wanted) {
    return wanted > 0 ? (int)codec_take(gif->UserData, into, (size_t)wanted) : 0;
}

static int on_write(GifFileType *gif, const GifByteType *from, int count) {
    return codec_append(gif->UserData, from, (size_t)count) ? count : 0;
}

static codec_status failure(const codec_cursor *cursor, int code, char *message) {
    const char *text = GifErrorString(code);
    codec_say(message, text ? text : "broken data");
    return cursor->ended ? CODEC_TRUNCATED : CODEC_DAMAGED;
}

static codec_status damaged(char *message, const char *text) {
    return codec_refuse(CODEC_DAMAGED, message, text);
}

// Skips extensions up to the first image descriptor; `transparent` becomes the index of the
// transparent colour, or stays as it is where there is none.
static int seek_frame(GifFileType *gif, int *transparent) {
    for (;;) {
        GifRecordType type;
        if (DGifGetRecordType(gif, &type) == GIF_ERROR) return 0;
        if (type == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(gif) != GIF_ERROR;
        if (type != EXTENSION_RECORD_TYPE) return 0;
        int code;
        GifByteType *block;
        if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return 0;
        if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4 && (block[1] & 1))
            *transparent = block[4];
        while (block)
            if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return 0;
    }
}

static void plane_table(const ColorMapObject *map, codec_plane plane, uint16_t table[256]) {
    for (int i = 0; i < 256; i++) {
        table[i] = 0;
        if (i >= map->ColorCount) continue;
        const GifColorType c = map->Colors[i];
        table[i] = codec_of(plane, c.Red, c.Green, c.Blue);
    }
}

// Decodes the frame's lines into their place on the canvas.
static int read_frame(
    GifFileType *gif, const uint16_t table[256], GifPixelType *line, uint16_t *pixels) {
    static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
    const GifImageDesc frame = gif->Image;
    const int passes = frame.Interlace ? 4 : 1;
    for (int pass = 0; pass < passes; pass++) {
        const int start = frame.Interlace ? starts[pass] : 0;
        const int step = frame.Interlace ? steps[pass] : 1;
        for (int y = start; y < frame.Height; y += step) {
            if (DGifGetLine(gif, line, frame.Width) == GIF_ERROR) return 0;
            uint16_t *row = pixels + (size_t)(frame.Top + y) * gif->SWidth + frame.Left;
            for (int x = 0; x < frame.Width; x++) row[x] = table[line[x]];
        }
    }
    return 1;
}

// The number of each colour in the list of a mask's values; only colours that are used join it.
static void number_pixels(const uint16_t *canvas, size_t count, const ColorMapObject *map,
    int transparent, uint8_t *numbers, codec_values *values) {
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && canvas[i] == canvas[i - 1]) {
            numbers[i] = numbers[i - 1];
            continue;
        }
        const int index = canvas[i];
        codec_value value = {0, 0, 0, 0};
        if (index < 256 && index != transparent) {
            const GifColorType none = {0, 0, 0};
            const GifColorType c = index < map->ColorCount ? map->Colors[index] : none;
            value = (codec_value){c.Red, c.Green, c.Blue, 255};
        }
        numbers[i] = mask_number(values, value);
    }
}

// What is wanted of a frame: pixels of a plane, or the numbers of a mask's values.
typedef struct {
    uint16_t **pixels;
    codec_plane plane;
    uint8_t **numbers;
    codec_values *values;
} frame_sink;

static codec_status decode(GifFileType *gif, const codec_cursor *cursor, uint64_t pixel_limit,
    codec_info *info, const frame_sink *sink, char *message) {
    *info = (codec_info){.width = (uint32_t)gif->SWidth,
        .height = (uint32_t)gif->SHeight,
        .maximum = 255,
        .bit_depth = 8,
        .colour_type = 3};
    if (gif->SWidth <= 0 || gif->SHeight <= 0) return damaged(message, "the canvas is empty");
    if ((uint64_t)gif->SWidth * (uint64_t)gif->SHeight > pixel_limit) return CODEC_TOO_LARGE;
    if (!sink->pixels && !sink->numbers) return CODEC_OK;
    int transparent = -1;
    if (!seek_frame(gif, &transparent)) {
        if (gif->Error) return failure(cursor, gif->Error, message);
        return damaged(message, "there is no image in it");
    }
    const GifImageDesc frame = gif->Image;
    info->interlaced = frame.Interlace != 0;
    if (frame.Left < 0 || frame.Top < 0 || frame.Width <= 0 || frame.Height <= 0
        || frame.Left + frame.Width > gif->SWidth || frame.Top + frame.Height > gif->SHeight)
        return damaged(message, "the frame lies outside the canvas");
    // No string of LZW is longer than 4096 pixels, and a code takes 12 bits: a file of few bytes
    // cannot fill a large canvas, and no memory is asked for it.
    if ((uint64_t)gif->SWidth * (uint64_t)gif->SHeight / 4096 > cursor->count)
        return damaged(message, "the canvas is larger than the file can fill");
    const ColorMapObject *map = frame.ColorMap ? frame.ColorMap : gif->SColorMap;
    if (!map) return damaged(message, "there is no colour table");
    uint16_t table[256];
    if (sink->pixels)
        plane_table(map, sink->plane, table);
    else
        for (int i = 0; i < 256; i++) table[i] = (uint16_t)i;

    const size_t count = (size_t)gif->SWidth * (size_t)gif->SHeight;
    GifPixelType *line = malloc((size_t)frame.Width);
    uint16_t *canvas = calloc(count, sizeof *canvas);
    uint8_t *numbers = sink->numbers ? malloc(count) : NULL;
    codec_status status =
        line && canvas && (numbers || !sink->numbers) ? CODEC_OK : CODEC_NO_MEMORY;
    if (status == CODEC_OK && numbers)
        for (size_t i = 0; i < count; i++) canvas[i] = 256; // what the frame leaves free
    if (status == CODEC_OK && !read_frame(gif, table, line, canvas))
        status = failure(cursor, gif->Error, message);
    free(line);
    if (status != CODEC_OK || numbers) {
        if (status == CODEC_OK)
            number_pixels(canvas, count, map, transparent, numbers, sink->values);
        else
            free(numbers);
        free(canvas);
        if (status == CODEC_OK) *sink->numbers = numbers;
    } else {
        *sink->pixels = canvas;
    }
    return status;
}

static codec_status open_and_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_info *info, const frame_sink *sink, char *message) {
    *info = (codec_info){0};
    codec_say(message, "");
    if (count == 0) return CODEC_EMPTY;
    if (count < 6 || memcmp(bytes, "GIF8", 4) != 0) return CODEC_WRONG_MAGIC;
    codec_cursor cursor = {bytes, count, 0, 0};
    int code = 0;
    GifFileType *gif = DGifOpen(&cursor, on_read, &code);
    if (!gif) return failure(&cursor, code, message);
    codec_status status = decode(gif, &cursor, pixel_limit, info, sink, message);
    DGifCloseFile(gif, &code);
    return status;
}

codec_status codec_gif_decode(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_plane plane, codec_info *info, uint16_t **pixels, char *message) {
    if (pixels) *pixels = NULL;
    const frame_sink sink = {.pixels = pixels, .plane = plane};
    return open_and_decode(bytes, count, pixel_limit, info, &sink, message);
}

codec_status codec_gif_mask(const uint8_t *bytes, size_t count, uint64_t pixel_limit,
    codec_info *info, uint8_t **numbers, codec_values *values, char *message) {
    *numbers = NULL;
    *values = (codec_values){.count = 0};
    const frame_sink sink = {.numbers = numbers, .values = values};
    return open_and_decode(bytes, count, pixel_limit, info, &sink, message);
}

static int write_frame(GifFileType *gif, const ColorMapObject *map, const uint8_t *mask, int width,
    int height, GifPixelType *line) {
    if (EGifPutScreenDesc(gif, width, height, 1, 0, map) == GIF_ERROR) return 0;
    if (EGifPutImageDesc(gif, 0, 0, width, height, false, NULL) == GIF_ERROR) return 0;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) line[x] = mask[(size_t)y * (size_t)width + (size_t)x] != 0;
        if (EGifPutLine(gif, line, width) == GIF_ERROR) return 0;
    }
    return 1;
}

codec_status codec_gif_encode(const uint8_t *mask, uint32_t width, uint32_t height, uint8_t **bytes,
    size_t *count, char *message) {
    *bytes = NULL;
    *count = 0;
    codec_say(message, "");
    if (!width || !height || width > 65535 || height > 65535) return CODEC_TOO_LARGE;
    static const GifColorType colours[] = {{0, 0, 0}, {255, 255, 255}};
    codec_buffer buffer = {0};
    int code = 0, done = 0;
    ColorMapObject *map = GifMakeMapObject(2, colours);
    GifPixelType *line = malloc(width);
    GifFileType *gif = map && line ? EGifOpen(&buffer, on_write, &code) : NULL;
    if (gif) {
        done = write_frame(gif, map, mask, (int)width, (int)height, line);
        if (!done) code = gif->Error;
        int closing = 0;
        if (EGifCloseFile(gif, &closing) == GIF_ERROR) done = 0;
    }
    GifFreeMapObject(map);
    free(line);
    if (!done || buffer.failed) {
        free(buffer.bytes);
        const char *text = GifErrorString(code);
        codec_say(message, text ? text : "cannot encode");
        return gif ? CODEC_DAMAGED : CODEC_NO_MEMORY;
    }
    *bytes = buffer.bytes;
    *count = buffer.count;
    return CODEC_OK;
}
