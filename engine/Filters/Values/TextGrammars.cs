using System.Text;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters.Values;

internal sealed class BooleanGrammar : ValueGrammar
{
    private static readonly string[] Words = ["true", "yes", "1", "false", "no", "0"];

    public override string Describe(AttributeSpec attribute) => "true or false";

    /// <summary>Anything but the words for true counts as false.</summary>
    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        int word = Array.IndexOf(Words, text);
        return new(new NumberValue(word is >= 0 and < 3 ? UInt128.One : 0), word < 0 ? $"'{text}' is read as false" : null);
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => Bits(value) == 0 ? "false" : "true";
}

internal sealed class CommentGrammar : ValueGrammar
{
    private const int MaximumLength = 256; // bytes of UTF-8; libvirt cuts off the rest

    public override string Describe(AttributeSpec attribute) => $"text of at most {MaximumLength} bytes that does not begin with '$'";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        string kept = Cut(text);
        return new(new TextValue(kept), kept.Length < text.Length ? $"the comment is cut off after {MaximumLength} bytes" : null);
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => ((TextValue)value).Text;

    /// <summary>At most 256 bytes, and no half character, unlike libvirt.</summary>
    private static string Cut(string text)
    {
        int bytes = 0, length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaximumLength)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }
}

internal sealed class IpSetNameGrammar : ValueGrammar
{
    private const int MaximumLength = 31; // IPSET_MAXNAMELEN less its NUL, include/uapi/linux/netfilter/ipset/ip_set.h

    public override string Describe(AttributeSpec attribute) =>
        $"1 to {MaximumLength} letters, digits, blanks or any of _ . : - +";

    public override ParsedValue Parse(AttributeSpec attribute, string text) =>
        text.Length > MaximumLength || !text.All(c => char.IsAsciiLetterOrDigit(c) || "_.:-+ ".Contains(c))
            ? ParsedValue.Illegal
            : new(new TextValue(text), text.Length == 0 ? "no set has an empty name" : null);

    public override string Format(AttributeSpec attribute, AttributeValue value) => ((TextValue)value).Text;
}

internal sealed class IpSetFlagsGrammar : ValueGrammar
{
    private const int MaximumCount = 6; // IPSET_DIM_MAX

    public override string Describe(AttributeSpec attribute) => $"1 to {MaximumCount} of src and dst, joined by commas";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        string[] flags = text.ToLowerInvariant().Split(',');
        return flags.Length <= MaximumCount && flags.All(f => f is "src" or "dst")
            ? new(new TextValue(string.Join(',', flags)))
            : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => ((TextValue)value).Text;
}

internal sealed class TcpFlagsGrammar : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) =>
        "MASK/SET, each a list of FIN, SYN, RST, PSH, ACK, URG, or ALL, or NONE, such as SYN,ACK/SYN";

    public override ParsedValue Parse(AttributeSpec attribute, string text) =>
        TcpFlagsMatch.TryParse(text, out TcpFlagsMatch match)
            ? new(new TextValue(match.ToString()), (match.Set & ~match.Mask) != 0 ? $"'{text}' can match nothing: it wants flags that it does not look at" : null)
            : ParsedValue.Illegal;

    public override string Format(AttributeSpec attribute, AttributeValue value) => ((TextValue)value).Text;
}

internal sealed class StateListGrammar : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) => "a list of NEW, ESTABLISHED, RELATED and INVALID joined by commas, or NONE";

    public override ParsedValue Parse(AttributeSpec attribute, string text) =>
        StateList.TryParse(text, out StateList states)
            ? new(new TextValue(states.ToString()), states.IsEmpty ? "an empty list of states" : null)
            : ParsedValue.Illegal;

    public override string Format(AttributeSpec attribute, AttributeValue value) => ((TextValue)value).Text;
}
