namespace Lab.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class Tree
{
    private static readonly string Root = Find();

    /// <param name="path">Below the tree, with slashes.</param>
    public static string At(string path) => Path.GetFullPath(Path.Combine(Root, path));

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
