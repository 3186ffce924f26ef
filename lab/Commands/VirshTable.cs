namespace Lab.Commands;

/// <summary>Tables as virsh prints them (nwfilter.md section 6.8).</summary>
internal static class VirshTable
{
    private const int Gap = 3; // blanks behind the widest cell of a column

    /// <param name="quiet">Rows only.</param>
    public static void Print(TextWriter output, string[] header, IReadOnlyCollection<string[]> rows, bool quiet)
    {
        int[] widths = [.. header.Select((title, i) => rows.Select(row => row[i].Length).Append(quiet ? 0 : title.Length).Max())];
        if (!quiet)
        {
            output.WriteLine(Line(header));
            output.WriteLine(new string('-', widths.Sum(width => width + Gap)));
        }

        foreach (string[] row in rows)
        {
            output.WriteLine(Line(row));
        }

        if (!quiet)
        {
            output.WriteLine();
        }

        string Line(string[] cells) => $" {string.Concat(cells.Select((cell, i) => cell.PadRight(widths[i] + Gap)))}".TrimEnd();
    }
}
