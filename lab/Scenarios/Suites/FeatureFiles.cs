
namespace Lab.Scenarios.Suites;

/// <summary>Finds feature files: a file is itself, a folder all that lie below it.</summary>
internal static class FeatureFiles
{
    /// <summary>In the order of the arguments, and by name within a folder; no file twice.</summary>
    /// <exception cref="UserMistakeException">A path that does not exist, or no feature at all.</exception>
    public static string[] Find(IEnumerable<string> paths)
    {
        string[] found = [.. paths.SelectMany(Below).Distinct()];
        return found.Length > 0 ? found : throw new UserMistakeException("there is no .feature file there");
    }

    private static IEnumerable<string> Below(string path) =>
        File.Exists(path) ? [path]
        : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.feature", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : throw new UserMistakeException($"{path}: there is no such file or folder");
}
