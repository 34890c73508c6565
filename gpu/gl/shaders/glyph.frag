uniform sampler2D page;
uniform vec4 color;
flat in ivec2 to_page;

void main()
{
    ivec2 at = ivec2(floor(frame_pixel())) + to_page;
    float byte = to_byte(texelFetch(page, at, 0).r);
    result = vec4(color.rgb, scale_alpha(byte, color.a));
}
