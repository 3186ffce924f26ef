namespace Lab.Fuzz.Mutants;

/// <summary>The ways in which a number that a rule compares with can be wrong.</summary>
internal static class NumberFaults
{
    /// <summary>A bound one off, wherever the field's width allows it.</summary>
    public static IEnumerable<(string Fault, UInt128 Low, UInt128 High)> OfRange(UInt128 low, UInt128 high, UInt128 all)
    {
        if (low < high)
        {
            yield return ("range begins late", low + 1, high);
            yield return ("range ends early", low, high - 1);
        }

        if (low > 0)
        {
            yield return ("range begins early", low - 1, high);
        }

        if (high < all)
        {
            yield return ("range ends late", low, high + 1);
        }
    }

    /// <summary>A bit of the value or of the mask wrong, at either end of the mask, which must not be empty.</summary>
    public static IEnumerable<(string Fault, UInt128 Value, UInt128 Mask)> OfMasked(UInt128 value, UInt128 mask, UInt128 all)
    {
        UInt128 lowest = mask & (~mask + 1), highest = UInt128.One << (127 - (int)UInt128.LeadingZeroCount(mask));
        yield return ("lowest bit wrong", value ^ lowest, mask);
        yield return ("lowest bit ignored", value & ~lowest, mask & ~lowest);
        if (highest != lowest)
        {
            yield return ("highest bit wrong", value ^ highest, mask);
            yield return ("highest bit ignored", value & ~highest, mask & ~highest);
        }

        if (lowest > 1)
        {
            yield return ("a bit too many looked at", value, mask | lowest >> 1);
        }
        else if (highest << 1 is var above && (above & all) != 0)
        {
            yield return ("a bit too many looked at", value, mask | above);
        }
    }
}
