using Lab.Engine.State;

namespace Lab.Engine.Filters.Values;

/// <summary>The value of <c>state</c>.</summary>
/// <param name="States">No state at all when <paramref name="Any"/>, or for an empty list.</param>
/// <param name="Any">NONE stood in the list: no condition on the state, and yet no reverse rule (nwfilter.md section 4.6.3).</param>
public readonly record struct StateList(ConnectionStates States, bool Any)
{
    private const int None = 1 << 8; // beside all ConnectionStates

    private static readonly (string Word, int Bits)[] Words =
    [
        ("NEW", (int)ConnectionStates.New), ("ESTABLISHED", (int)ConnectionStates.Established),
        ("RELATED", (int)ConnectionStates.Related), ("INVALID", (int)ConnectionStates.Invalid), ("NONE", None),
    ];

    public bool IsEmpty => !Any && States == ConnectionStates.None;

    /// <summary>Any case; commas, blanks or nothing between the words; NONE cancels the others.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out StateList list)
    {
        list = default;
        if (!WordList.TryRead(text, Words, out int bits))
        {
            return false;
        }

        list = (bits & None) != 0 ? new(ConnectionStates.None, true) : new((ConnectionStates)bits, false);
        return true;
    }

    public override string ToString()
    {
        int bits = Any ? None : (int)States;
        return string.Join(',', Words.Where(w => (w.Bits & bits) != 0).Select(w => w.Word));
    }
}
