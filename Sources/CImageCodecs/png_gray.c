// Streams the IDAT chunks through zlib in blocks of rows that stay in the cache, undoes the row
// filters in place and hands on native 16-bit rows. libpng reads everything else; its row filters
// for one and two bytes a pixel are several times slower, and it works row by row.
#include <zlib.h>

#include "png_filters.h"
#include "png_gray.h"

enum { BLOCK_BYTES = 1 << 19 };

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t next; // offset of the next chunk
    z_stream zip;
    int finished; // zlib has seen the end of its stream
    char *message;
} source;

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static codec_status fail(source *in, codec_status status, const char *text) {
    codec_say(in->message, text);
    return status;
}

// Finds the chunk at `next`; its data is at `*data`.
static codec_status open_chunk(source *in, uint32_t *length, const uint8_t **kind) {
    if (in->count - in->next < 12) return fail(in, CODEC_TRUNCATED, "the file ends early");
    *length = big_endian(in->bytes + in->next);
    *kind = in->bytes + in->next + 4;
    if (*length > in->count - in->next - 12)
        return fail(in, CODEC_TRUNCATED, "the file ends early");
    in->next += 12 + (size_t)*length;
    return CODEC_OK;
}

// Gives zlib the next IDAT chunk.
static codec_status feed(source *in, int first) {
    for (;;) {
        uint32_t length;
        const uint8_t *kind;
        codec_status status = open_chunk(in, &length, &kind);
        if (status != CODEC_OK) return status;
        if (memcmp(kind, "IDAT", 4) == 0) {
            if (crc32(crc32(0, NULL, 0), kind, length + 4) != big_endian(kind + 4 + length))
                return fail(in, CODEC_DAMAGED, "the checksum of an IDAT chunk is wrong");
            in->zip.next_in = (Bytef *)(kind + 4);
            in->zip.avail_in = length;
            return CODEC_OK;
        }
        if (!first || memcmp(kind, "IEND", 4) == 0)
            return fail(in, CODEC_DAMAGED, "there is not enough image data");
    }
}

// Fills `count` bytes with decompressed data.
static codec_status inflate_into(source *in, uint8_t *into, size_t count) {
    in->zip.next_out = into;
    in->zip.avail_out = (uInt)count;
    while (in->zip.avail_out > 0) {
        if (in->finished) return fail(in, CODEC_DAMAGED, "there is not enough image data");
        if (in->zip.avail_in == 0) {
            codec_status status = feed(in, 0);
            if (status != CODEC_OK) return status;
        }
        int code = inflate(&in->zip, Z_NO_FLUSH);
        if (code == Z_STREAM_END)
            in->finished = 1;
        else if (code == Z_MEM_ERROR)
            return CODEC_NO_MEMORY;
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return fail(in, CODEC_DAMAGED, in->zip.msg ? in->zip.msg : "broken zlib data");
    }
    return CODEC_OK;
}

// After the last row: the stream's checksum, and the file up to its IEND chunk.
static codec_status finish(source *in) {
    uint8_t surplus[64];
    for (int tries = 0; !in->finished && tries < 1024; tries++) {
        if (in->zip.avail_in == 0) {
            codec_status status = feed(in, 0);
            if (status != CODEC_OK) return status;
        }
        in->zip.next_out = surplus;
        in->zip.avail_out = sizeof surplus;
        int code = inflate(&in->zip, Z_NO_FLUSH);
        if (code == Z_STREAM_END)
            in->finished = 1;
        else if (code != Z_OK && code != Z_BUF_ERROR)
            return fail(in, CODEC_DAMAGED, in->zip.msg ? in->zip.msg : "broken zlib data");
    }
    for (;;) {
        uint32_t length;
        const uint8_t *kind;
        codec_status status = open_chunk(in, &length, &kind);
        if (status != CODEC_OK) return status;
        if (memcmp(kind, "IEND", 4) == 0) return CODEC_OK;
    }
}

static void widen(const uint8_t *row, uint16_t *gray, size_t width, int step) {
    if (step == 1) {
        for (size_t x = 0; x < width; x++) gray[x] = row[x];
    } else {
        for (size_t x = 0; x < width; x++) gray[x] = (uint16_t)(row[2 * x] << 8 | row[2 * x + 1]);
    }
}

// Rows are inflated behind one another, `stride` apart: one byte that names the filter, then the
// row. Before them stands the row above, moved there from the block before.
static codec_status decode(source *in, const codec_info *header, uint8_t *block, size_t rows,
    uint16_t *gray, uint16_t *pixels, codec_area *area) {
    const int step = header->maximum == 255 ? 1 : 2;
    const size_t row_bytes = (size_t)header->width * (size_t)step, stride = row_bytes + 1;
    uint8_t *const above = block, *const first = block + row_bytes;
    for (size_t y = 0; y < header->height;) {
        const size_t left = header->height - y, count = left < rows ? left : rows;
        codec_status status = inflate_into(in, first, count * stride);
        if (status != CODEC_OK) return status;
        if (!png_undo_filters(first + 1, above, count, stride, row_bytes, step))
            return fail(in, CODEC_DAMAGED, "a row has an unknown filter");
        for (size_t i = 0; i < count; i++, y++) {
            uint16_t *target = pixels ? pixels + y * header->width : gray;
            widen(first + i * stride + 1, target, header->width, step);
            if (area) codec_area_add(area, target);
        }
        memmove(above, first + (count - 1) * stride + 1, row_bytes);
    }
    return finish(in);
}

codec_status codec_png_gray(const codec_cursor *file, const codec_info *header, uint16_t *pixels,
    codec_area *area, char *message) {
    const size_t stride = (size_t)header->width * (header->maximum == 255 ? 1 : 2) + 1;
    size_t rows = BLOCK_BYTES / stride;
    rows -= rows % PNG_PAETH_ROWS;
    if (rows < PNG_PAETH_ROWS) rows = PNG_PAETH_ROWS;
    if (rows > header->height) rows = header->height;
    source in = {.bytes = file->bytes, .count = file->count, .next = 8, .message = message};
    uint8_t *block = calloc(rows + 1, stride);
    uint16_t *gray = malloc((size_t)header->width * sizeof *gray);
    codec_status status = CODEC_NO_MEMORY;
    if (block && gray && inflateInit(&in.zip) == Z_OK) {
        status = feed(&in, 1);
        if (status == CODEC_OK) status = decode(&in, header, block, rows, gray, pixels, area);
        inflateEnd(&in.zip);
    }
    free(block);
    free(gray);
    return status;
}
