#include <plotlib/base/number.h>
#include <plotlib/draw/print.h>

static void print_line(FILE *out, const char *format, ...) PLT_PRINTF(2, 3);
static void print_line(FILE *out, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    plt_vformat(text, sizeof(text), format, args);
    va_end(args);
    fputs(text, out);
}

static void print_rects(const struct plt_frame *frame, const struct plt_op *op, FILE *out)
{
    for (size_t i = 0; i < op->count; i++) {
        struct plt_irect r = frame->rects[op->first + i];
        print_line(out, "  %d %d %d %d\n", r.x0, r.y0, r.x1, r.y1);
    }
}

static void print_stroke(const struct plt_frame *frame, const struct plt_stroke *s,
                         FILE *out)
{
    print_line(out, "  half width %.9g, %s\n", (double)s->half_width,
               s->sorted ? "sorted" : "unsorted");
    for (size_t i = 0; i < s->num_columns; i++) {
        const struct plt_column *c = &frame->strokes.columns[s->first_column + i];
        if (c->lo <= c->hi)
            print_line(out, "  column %d: %.9g %.9g %.9g %.9g\n", s->col0 + (int)i,
                       (double)c->first, (double)c->lo, (double)c->hi, (double)c->last);
    }
    for (size_t i = 0; i < s->num_segments; i++) {
        const struct plt_segment *g = &frame->strokes.segments[s->first_segment + i];
        print_line(out, "  segment %.9g %.9g %.9g %.9g\n", (double)g->x0, (double)g->y0,
                   (double)g->x1, (double)g->y1);
    }
}

static void print_image(const struct plt_frame *frame, const struct plt_op *op, FILE *out)
{
    const struct plt_frame_image *image = &frame->images[op->first];
    print_line(out, "  %d x %d x %d, type %d, levels %.9g * %.9g, minify %d\n",
               image->src.columns, image->src.rows, image->src.channels,
               (int)image->src.type, (double)image->levels[0].lo,
               (double)image->levels[0].scale, (int)image->minify);
    print_line(out, "  to %d %d %d %d\n", image->dst.x0, image->dst.y0, image->dst.x1,
               image->dst.y1);
    for (int32_t x = image->dst.x0; x < image->dst.x1; x++) {
        struct plt_sample_span s =
            frame->spans[image->first_col + (size_t)(x - image->dst.x0)];
        print_line(out, "  x %d: %d %d\n", x, s.begin, s.end);
    }
    for (int32_t y = image->dst.y0; y < image->dst.y1; y++) {
        struct plt_sample_span s =
            frame->spans[image->first_row + (size_t)(y - image->dst.y0)];
        print_line(out, "  y %d: %d %d\n", y, s.begin, s.end);
    }
}

static void print_glyphs(const struct plt_frame *frame, const struct plt_op *op, FILE *out)
{
    for (size_t i = 0; i < op->count; i++) {
        const struct plt_glyph *g = &frame->glyphs[op->first + i];
        print_line(out, "  %d %d, %u x %u\n", g->x, g->y, g->w, g->h);
    }
}

static void print_tints(const struct plt_frame *frame, const struct plt_op *op, FILE *out)
{
    for (size_t i = 0; i < op->count; i++) {
        const struct plt_tint *t = &frame->tints[op->first + i];
        print_line(out, "  %d %d %d %d %08x\n", t->rect.x0, t->rect.y0, t->rect.x1,
                   t->rect.y1, t->color);
    }
}

static void print_markers(const struct plt_frame *frame, const struct plt_op *op, FILE *out)
{
    print_line(out, "  outline %.9g%s\n", 2 * (double)op->outline,
               op->hollow ? ", hollow" : "");
    for (size_t i = 0; i < op->count; i++) {
        const struct plt_marker *m = &frame->markers[op->first + i];
        print_line(out, "  %.9g %.9g, symbol %d of %.9g %08x\n",
                   (double)m->x / PLT_MARKER_ONE, (double)m->y / PLT_MARKER_ONE, m->symbol,
                   (double)m->size / PLT_MARKER_ONE, m->color);
    }
}

bool plt_frame_print(const struct plt_frame *frame, FILE *out)
{
    static const char *const names[] = {"fill",   "spans", "stroke", "image",
                                        "glyphs", "tints", "markers"};
    print_line(out, "frame %d x %d at %.9g, background %08x\n", frame->width, frame->height,
               frame->scale, frame->background);
    for (size_t i = 0; i < frame->num_ops; i++) {
        const struct plt_op *op = &frame->ops[i];
        print_line(out, "%s %08x in %d %d %d %d\n", names[op->kind], op->color, op->clip.x0,
                   op->clip.y0, op->clip.x1, op->clip.y1);
        switch (op->kind) {
        case PLT_OP_FILL:
        case PLT_OP_SPANS: print_rects(frame, op, out); break;
        case PLT_OP_STROKE: print_stroke(frame, &op->stroke, out); break;
        case PLT_OP_IMAGE: print_image(frame, op, out); break;
        case PLT_OP_GLYPHS: print_glyphs(frame, op, out); break;
        case PLT_OP_TINTS: print_tints(frame, op, out); break;
        case PLT_OP_MARKERS: print_markers(frame, op, out); break;
        }
    }
    return !ferror(out);
}
