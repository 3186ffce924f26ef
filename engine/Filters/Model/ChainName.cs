namespace Lab.Engine.Filters.Model;

/// <summary>A legal chain name: <c>root</c>, or one of the known prefixes with any suffix (nwfilter.md section 1.3).</summary>
public readonly record struct ChainName
{
    public const int MaximumLength = 12;

    /// <summary>Prefix and default priority. Longer prefixes that contain shorter ones do not occur.</summary>
    public static readonly (string Prefix, int DefaultPriority)[] Prefixes =
    [
        ("mac", -800), ("vlan", -750), ("stp", 0), ("ipv4", -700), ("ipv6", -600), ("arp", -500), ("rarp", -400),
    ];

    private readonly string? _text;

    private ChainName(string text, string prefix, int defaultPriority) =>
        (_text, Prefix, DefaultPriority) = (text, prefix, defaultPriority);

    public static ChainName Root { get; } = new("root", "root", 0);

    /// <summary>The part that decides which frames are sent into the chain.</summary>
    public string Prefix { get; }

    public int DefaultPriority { get; }

    public bool IsRoot => _text is null or "root";

    /// <summary>Succeeds for a legal name; what is wrong with an illegal one is the reader's to say.</summary>
    public static bool TryParse(string text, out ChainName name)
    {
        name = default;
        if (text == "root")
        {
            name = Root;
            return true;
        }

        if (text.Length > MaximumLength || !text.All(IsLegal))
        {
            return false;
        }

        foreach ((string prefix, int priority) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = new(text, prefix, priority);
                return true;
            }
        }

        return false;
    }

    public static bool IsLegal(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or ':' or '-';

    /// <summary>The default value is the root chain.</summary>
    public override string ToString() => _text ?? "root";
}
