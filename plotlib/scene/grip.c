// Grips: what takes the pointer in a plot besides its view. input.c asks and tells them.
#include <plotlib/scene/scene.h>

void plt_grip_find(struct plt_input *input)
{
    // The button and the legend lie above all of them.
    const bool covered = input->hit == PLT_HIT_BUTTON || input->hit == PLT_HIT_LEGEND;
    struct plt_grip *grip = input->over && !covered ? input->over->grips : NULL;
    input->part = 0;
    while (grip && (input->part = grip->class->hit(grip, input->x, input->y)) == 0)
        grip = grip->next;
    input->grip = grip;
}

void plt_grip_forget(struct plt_input *input)
{
    input->drag = input->drag == PLT_DRAG_GRIP ? PLT_DRAG_NONE : input->drag;
    input->grip = NULL;
    input->part = 0;
}

void plt_grip_add(struct plt_grip *grip, const struct plt_grip_class *class,
                  struct plt_plot *plot)
{
    *grip = (struct plt_grip){class, plot, plot->grips};
    plot->grips = grip;
}

void plt_grip_remove(struct plt_grip *grip)
{
    struct plt_grip **link = &grip->plot->grips;
    while (*link && *link != grip)
        link = &(*link)->next;
    if (*link)
        *link = grip->next;
    if (grip->plot->figure->input.grip == grip)
        plt_grip_forget(&grip->plot->figure->input);
}

int plt_grip_part(const struct plt_grip *grip)
{
    const struct plt_input *input = &grip->plot->figure->input;
    const bool other = input->drag != PLT_DRAG_NONE && input->drag != PLT_DRAG_GRIP;
    return input->grip == grip && !other ? input->part : 0;
}
