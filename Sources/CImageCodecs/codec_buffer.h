// A growing byte buffer for the encoders and a cursor for the decoders.
#ifndef LIGHTBOX_CODEC_BUFFER_H
#define LIGHTBOX_CODEC_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_codecs.h"

typedef struct {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    int ended; // a read asked for more than there was
} codec_cursor;

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    int failed;
} codec_buffer;

static inline void codec_say(char *message, const char *text) {
    if (message) snprintf(message, CODEC_MESSAGE_BYTES, "%s", text);
}

static inline codec_status codec_refuse(codec_status status, char *message, const char *text) {
    codec_say(message, text);
    return status;
}

// Rec. 601 luma of colours of 8 bits.
static inline uint16_t codec_luma(uint32_t red, uint32_t green, uint32_t blue) {
    return (uint16_t)((19595u * red + 38470u * green + 7471u * blue + 32768) >> 16);
}

// What a plane has of colours of 8 bits.
static inline uint16_t codec_of(codec_plane plane, uint32_t red, uint32_t green, uint32_t blue) {
    switch (plane) {
    case CODEC_PLANE_RED: return (uint16_t)red;
    case CODEC_PLANE_GREEN: return (uint16_t)green;
    case CODEC_PLANE_BLUE: return (uint16_t)blue;
    default: return codec_luma(red, green, blue);
    }
}

// Copies up to `wanted` bytes; returns how many there were.
static inline size_t codec_take(codec_cursor *cursor, uint8_t *into, size_t wanted) {
    size_t left = cursor->count - cursor->position;
    size_t taken = wanted < left ? wanted : left;
    if (taken < wanted) cursor->ended = 1;
    memcpy(into, cursor->bytes + cursor->position, taken);
    cursor->position += taken;
    return taken;
}

// Returns 0 when memory is short.
static inline int codec_append(codec_buffer *buffer, const uint8_t *from, size_t count) {
    if (buffer->failed) return 0;
    if (count > buffer->capacity - buffer->count) {
        size_t capacity = buffer->capacity ? buffer->capacity : 65536;
        while (capacity - buffer->count < count) capacity *= 2;
        uint8_t *grown = realloc(buffer->bytes, capacity);
        if (!grown) {
            buffer->failed = 1;
            return 0;
        }
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->count, from, count);
    buffer->count += count;
    return 1;
}

#endif
