namespace Lab.Engine.Packets;

/// <summary>The name of a network device: 1 to 15 bytes (IFNAMSIZ less its NUL), as dev_valid_name in
/// net/core/dev.c allows: no '/', no ':', no blank, and neither "." nor "..".</summary>
public readonly record struct InterfaceName : IComparable<InterfaceName>
{
    public const int MaximumLength = 15; // bytes of UTF-8

    private readonly string? _text;

    private InterfaceName(string text) => _text = text;

    public static bool TryParse(string? text, out InterfaceName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text) || text is "." or ".." || text.AsSpan().IndexOfAny(" \t\n\v\f\r/:\0") >= 0
            || System.Text.Encoding.UTF8.GetByteCount(text) > MaximumLength)
        {
            return false;
        }

        name = new(text);
        return true;
    }

    /// <exception cref="FormatException">Not a legal device name.</exception>
    public static InterfaceName Parse(string text) =>
        TryParse(text, out InterfaceName name) ? name : throw new FormatException($"'{text}' is not an interface name");

    public int CompareTo(InterfaceName other) => string.CompareOrdinal(_text, other._text);

    /// <summary>The name; empty only for the default value, which names no device.</summary>
    public override string ToString() => _text ?? "";
}
