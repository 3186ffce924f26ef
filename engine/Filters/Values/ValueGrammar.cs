using System.Collections.Frozen;
using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters.Values;

/// <summary>What became of an attribute's text.</summary>
/// <param name="Value">Null when the text is not one the attribute takes.</param>
/// <param name="Caution">Why the text, although taken, may not mean what its author thinks; one sentence part.</param>
public readonly record struct ParsedValue(AttributeValue? Value, string? Caution = null)
{
    public static readonly ParsedValue Illegal;
}

/// <summary>
/// The literal texts of one attribute type (nwfilter.md section 2.1), both ways. They are libvirt 9's, down to what its
/// parser lets pass; such texts carry a caution.
/// </summary>
/// <remarks>Variable references are no matter of type; <see cref="VariableSyntax"/> reads them.</remarks>
public abstract class ValueGrammar
{
    private static readonly FrozenDictionary<AttributeType, ValueGrammar> Grammars = new Dictionary<AttributeType, ValueGrammar>
    {
        [AttributeType.UInt8] = new NumberGrammar(byte.MaxValue, hexadecimal: true),
        [AttributeType.UInt16] = new NumberGrammar(ushort.MaxValue, hexadecimal: true),
        [AttributeType.UInt16Decimal] = new NumberGrammar(ushort.MaxValue, hexadecimal: false),
        [AttributeType.UInt32] = new NumberGrammar(uint.MaxValue, hexadecimal: true),
        [AttributeType.Mac] = new MacGrammar(),
        [AttributeType.MacMask] = new MacMaskGrammar(),
        [AttributeType.Ipv4] = new Ipv4Grammar(),
        [AttributeType.Ipv4Mask] = new IpMaskGrammar(32, new Ipv4Grammar()),
        [AttributeType.Ipv6] = new Ipv6Grammar(),
        [AttributeType.Ipv6Mask] = new IpMaskGrammar(128, new Ipv6Grammar()),
        [AttributeType.Boolean] = new BooleanGrammar(),
        [AttributeType.Comment] = new CommentGrammar(),
        [AttributeType.IpSetName] = new IpSetNameGrammar(),
        [AttributeType.IpSetFlags] = new IpSetFlagsGrammar(),
        [AttributeType.TcpFlags] = new TcpFlagsGrammar(),
        [AttributeType.ConnectionStates] = new StateListGrammar(),
    }.ToFrozenDictionary();

    public static ValueGrammar Of(AttributeType type) => Grammars[type];

    /// <summary>What the attribute takes, as the end of "write …".</summary>
    public abstract string Describe(AttributeSpec attribute);

    public abstract ParsedValue Parse(AttributeSpec attribute, string text);

    /// <summary>libvirt's text for a literal value; parsing it gives the value again.</summary>
    public abstract string Format(AttributeSpec attribute, AttributeValue value);

    /// <summary>The text of any value, variable references included.</summary>
    public static string Print(AttributeSpec attribute, AttributeValue value) =>
        value is VariableReference variable ? $"${variable}" : Of(attribute.Type).Format(attribute, value);

    private protected static UInt128 Bits(AttributeValue value) => ((NumberValue)value).Bits;
}
