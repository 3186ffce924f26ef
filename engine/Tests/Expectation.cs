namespace Lab.Tests;

/// <summary>Text that a person has looked at. A file that is missing is written, and the test fails once; ACCEPT=1 rewrites on purpose.</summary>
internal static class Expectation
{
    public static void Matches(string said, string file)
    {
        bool known = File.Exists(file);
        if (!known || Environment.GetEnvironmentVariable("ACCEPT") == "1")
        {
            File.WriteAllText(file, said);
        }

        known.Should().BeTrue($"{file} was missing; it has been written, look at it");
        said.Should().Be(File.ReadAllText(file));
    }
}
