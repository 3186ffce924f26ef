namespace Lab.Contract.Scenes;

/// <summary>Names in a sentence: <c>a, b and c</c>; <c>nobody</c> when there are none.</summary>
public static class Listing
{
    public static string Of<T>(IEnumerable<T> names)
    {
        string[] all = [.. names.Select(name => name!.ToString()!)];
        return all.Length switch
        {
            0 => "nobody",
            1 => all[0],
            _ => string.Join(", ", all[..^1]) + " and " + all[^1],
        };
    }
}
