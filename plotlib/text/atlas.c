// Glyph atlas: shelf-packed pages and the table that finds a glyph in them.
#include <stdatomic.h>
#include <string.h>

#include <plotlib/base/alloc.h>
#include <plotlib/text/atlas.h>

enum {
    PAGE_SIZE = 512,
    SHELF_STEP = 4, // shelf heights are multiples of this: glyphs of one size share shelves
    MAX_SHELVES = PAGE_SIZE / SHELF_STEP,
    GAP = 1, // empty pixels right of and below a glyph, for painters that filter
};

struct shelf {
    int y, height;
    int x; // first free pixel
};

struct plt_atlas_page {
    struct plt_glyph_page view;
    struct shelf shelves[MAX_SHELVES];
    int num_shelves;
    uint8_t pixels[];
};

struct plt_atlas_entry {
    uint64_t key; // 0 = free
    struct plt_atlas_glyph glyph;
};

static uint64_t next_page_id(void)
{
    static _Atomic uint64_t last;
    return atomic_fetch_add(&last, 1) + 1;
}

// Finalizer of SplitMix64 (Steele et al. 2014).
static size_t slot_of(const struct plt_atlas *atlas, uint64_t key)
{
    uint64_t z = key;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    size_t i = (size_t)(z ^ z >> 31) & (atlas->num_slots - 1);
    while (atlas->entries[i].key && atlas->entries[i].key != key)
        i = (i + 1) & (atlas->num_slots - 1);
    return i;
}

bool plt_atlas_find(const struct plt_atlas *atlas, uint64_t key,
                    struct plt_atlas_glyph *glyph)
{
    if (!atlas->num_slots)
        return false;
    const struct plt_atlas_entry *entry = &atlas->entries[slot_of(atlas, key)];
    if (!entry->key)
        return false;
    *glyph = entry->glyph;
    return true;
}

// Keeps at least a quarter of the slots free.
static bool table_reserve(struct plt_atlas *atlas)
{
    if (atlas->num_entries + 1 <= atlas->num_slots / 4 * 3)
        return true;
    struct plt_atlas old = *atlas;
    size_t num_slots = old.num_slots ? old.num_slots * 2 : 256;
    struct plt_atlas_entry *entries = plt_calloc(num_slots, sizeof(*entries));
    if (!entries)
        return false;
    atlas->entries = entries;
    atlas->num_slots = num_slots;
    for (size_t i = 0; i < old.num_slots; i++)
        if (old.entries[i].key)
            entries[slot_of(atlas, old.entries[i].key)] = old.entries[i];
    plt_free(old.entries);
    return true;
}

// A page of the usual size, or one of its own for a glyph that is larger.
static struct plt_atlas_page *page_create(int w, int h)
{
    int32_t width = w > PAGE_SIZE ? w : PAGE_SIZE;
    int32_t height = h > PAGE_SIZE ? h : PAGE_SIZE;
    struct plt_atlas_page *page =
        plt_calloc(1, sizeof(*page) + (size_t)width * (size_t)height);
    if (!page)
        return NULL;
    page->view = (struct plt_glyph_page){next_page_id(), 1, width, height, 0, page->pixels};
    return page;
}

static struct plt_atlas_page *page_append(struct plt_atlas *atlas, int w, int h)
{
    if (atlas->num_pages > UINT16_MAX)
        return NULL;
    void *pages = atlas->pages;
    bool fits =
        plt_reserve(&pages, &atlas->cap_pages, atlas->num_pages + 1, sizeof(*atlas->pages));
    atlas->pages = pages;
    struct plt_atlas_page *page = fits ? page_create(w, h) : NULL;
    if (page)
        atlas->pages[atlas->num_pages++] = page;
    return page;
}

// The lowest shelf that holds the glyph and is not half again as high, else a new one.
static struct shelf *find_shelf(struct plt_atlas_page *page, int w, int h)
{
    struct shelf *best = NULL;
    for (int i = 0; i < page->num_shelves; i++) {
        struct shelf *shelf = &page->shelves[i];
        bool fits = shelf->x + w <= page->view.width && shelf->height >= h &&
                    shelf->height <= h + h / 2 + SHELF_STEP;
        if (fits && (!best || shelf->height < best->height))
            best = shelf;
    }
    if (best)
        return best;
    int y = 0;
    if (page->num_shelves) {
        struct shelf *last = &page->shelves[page->num_shelves - 1];
        y = last->y + last->height + GAP;
    }
    int height = (h + SHELF_STEP - 1) / SHELF_STEP * SHELF_STEP;
    height = height <= page->view.height - y ? height : h;
    if (page->num_shelves == MAX_SHELVES || height > page->view.height - y ||
        w > page->view.width)
        return NULL;
    struct shelf *shelf = &page->shelves[page->num_shelves++];
    *shelf = (struct shelf){y, height, 0};
    page->view.used = y + height;
    return shelf;
}

static bool place(struct plt_atlas *atlas, struct plt_atlas_glyph *glyph,
                  struct plt_coverage_source source)
{
    struct plt_atlas_page *page = NULL;
    struct shelf *shelf = NULL;
    size_t i = 0;
    for (; i < atlas->num_pages && !shelf; i++) {
        page = atlas->pages[i];
        shelf = find_shelf(page, glyph->w, glyph->h);
    }
    if (!shelf) {
        page = page_append(atlas, glyph->w, glyph->h);
        if (!page)
            return false;
        shelf = find_shelf(page, glyph->w, glyph->h);
        i = atlas->num_pages;
    }
    glyph->page = (uint16_t)(i - 1);
    glyph->x = (uint16_t)shelf->x;
    glyph->y = (uint16_t)shelf->y;
    shelf->x += glyph->w + GAP;
    for (int y = 0; y < glyph->h; y++) {
        uint8_t *row = page->pixels + (size_t)(glyph->y + y) * page->view.width + glyph->x;
        for (int x = 0; x < glyph->w; x++)
            row[x] = source.pixels[y * source.step_y + x * source.step_x];
    }
    page->view.generation++;
    return true;
}

bool plt_atlas_add(struct plt_atlas *atlas, uint64_t key, struct plt_atlas_glyph *glyph,
                   struct plt_coverage_source source)
{
    if (!table_reserve(atlas))
        return false;
    bool inked = glyph->w && glyph->h;
    if (!inked)
        *glyph = (struct plt_atlas_glyph){0};
    else if (!place(atlas, glyph, source))
        return false;
    atlas->entries[slot_of(atlas, key)] = (struct plt_atlas_entry){key, *glyph};
    atlas->num_entries++;
    return true;
}

struct plt_glyph_page plt_atlas_page(const struct plt_atlas *atlas, size_t index)
{
    if (index >= atlas->num_pages)
        return (struct plt_glyph_page){0};
    return atlas->pages[index]->view;
}

void plt_atlas_clear(struct plt_atlas *atlas)
{
    for (size_t i = 0; i < atlas->num_pages; i++)
        plt_free(atlas->pages[i]);
    plt_free(atlas->pages);
    plt_free(atlas->entries);
    *atlas = (struct plt_atlas){0};
}
