using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters.Values;

internal sealed class MacMaskGrammar : ValueGrammar
{
    private const int Width = 48;

    private static readonly MacGrammar Address = new();

    public override string Describe(AttributeSpec attribute) => "a mask of ones followed by zeros, such as ff:ff:ff:00:00:00";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        ParsedValue mask = Address.Parse(attribute, text);
        return mask.Value is NumberValue { Bits: var bits } && IpMaskGrammar.IsContiguous(bits, Width) ? mask : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => Address.Format(attribute, value);
}

/// <summary>A prefix length, or a mask of ones followed by zeros in the address form; printed as a length.</summary>
internal sealed class IpMaskGrammar(int width, ValueGrammar address) : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) =>
        $"a prefix length from 0 to {width}, or a mask such as {(width == 32 ? "255.255.255.0" : "ffff:ffff::")}";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        if (CNumber.TryReadUnsigned(text, 10, out uint length))
        {
            return length > width ? ParsedValue.Illegal
                : new(new NumberValue(Mask((int)length, width)), text.Contains('-') ? $"'{text}' is read as {length}" : null);
        }

        ParsedValue mask = address.Parse(attribute, text);
        return mask.Value is NumberValue { Bits: var bits } && IsContiguous(bits, width) ? mask : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => UInt128.PopCount(Bits(value)).ToString();

    /// <summary>As many ones as said, then zeros.</summary>
    public static UInt128 Mask(int ones, int width)
    {
        UInt128 all = UInt128.MaxValue >> (128 - width);
        return ones == 0 ? 0 : all << (width - ones) & all; // a shift by 128 would be one by 0
    }

    public static bool IsContiguous(UInt128 mask, int width) => mask == Mask((int)UInt128.PopCount(mask), width);
}
