flat in vec4 tint;

void main()
{
    result = tint;
}
