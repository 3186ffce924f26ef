using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters.Values;

/// <summary>Decimal, else hexadecimal with or without 0x, else a word; the first form that parses decides.</summary>
internal sealed class NumberGrammar(uint largest, bool hexadecimal) : ValueGrammar
{
    public override string Describe(AttributeSpec attribute)
    {
        string range = hexadecimal && attribute.Minimum >= 0x3C
            ? $"a number from 0x{attribute.Minimum:x} to 0x{attribute.Maximum:x}"
            : $"a {(hexadecimal ? "" : "decimal ")}number from {attribute.Minimum} to {attribute.Maximum}";
        return attribute.Words.IsEmpty ? range : $"{range}, or one of {string.Join(", ", attribute.Words.Select(w => w.Word))}";
    }

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        if (CNumber.TryReadUnsigned(text, 10, out uint number))
        {
            return Checked(attribute, number, false, text.Contains('-') ? $"'{text}' is read as {number}" : null);
        }

        if (hexadecimal && CNumber.TryReadUnsigned(text, 16, out number))
        {
            return Checked(attribute, number, true,
                text.Contains('x', StringComparison.OrdinalIgnoreCase) ? null : $"'{text}' is read as hexadecimal, 0x{number:x}");
        }

        foreach ((string word, UInt128 value) in attribute.Words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return new(new NumberValue(value));
            }
        }

        return ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value)
    {
        NumberValue number = (NumberValue)value;
        return Word(attribute, number.Bits) ?? (number.WasHexadecimal ? $"0x{number.Bits:x}" : number.Bits.ToString());
    }

    private ParsedValue Checked(AttributeSpec attribute, uint number, bool asHexadecimal, string? caution)
    {
        if (number > largest || number < attribute.Minimum || number > attribute.Maximum)
        {
            return ParsedValue.Illegal;
        }

        return new(new NumberValue(number, asHexadecimal && !attribute.PrintsDecimal && Word(attribute, number) is null), caution);
    }

    private static string? Word(AttributeSpec attribute, UInt128 number)
    {
        foreach ((string word, UInt128 value) in attribute.Words)
        {
            if (value == number)
            {
                return word;
            }
        }

        return null;
    }
}
