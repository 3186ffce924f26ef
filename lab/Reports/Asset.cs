using System.Reflection;

namespace Lab.Reports;

/// <summary>The files of <c>Assets/</c>, which travel inside the binary.</summary>
internal static class Asset
{
    public static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Lab.Reports.Assets.{name}")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
