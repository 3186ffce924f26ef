namespace Lab.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class Tree
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Lab.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new DirectoryNotFoundException("no Lab.sln above the tests");
    }
}
