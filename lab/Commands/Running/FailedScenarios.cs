using System.Security.Cryptography;
using System.Text;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Commands.Running;

/// <summary>What did not pass the last time, kept in the user's state folder, apart for each working folder.</summary>
internal sealed class FailedScenarios(string file)
{
    private readonly HashSet<string> _ids = File.Exists(file) ? [.. File.ReadAllLines(file)] : [];

    public static FailedScenarios OfCurrentFolder()
    {
        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        string here = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.CurrentDirectory)))[..16];
        return new(Path.Combine(state, "nwlab", $"{here}.failed"));
    }

    public bool Contains(Scenario scenario) => _ids.Contains(scenario.Id);

    /// <summary>Scenarios that ran are noted anew; the others keep their mark.</summary>
    public void Note(SuiteResult result)
    {
        foreach (ScenarioResult scenario in result.Scenarios)
        {
            _ = scenario.Outcome > Outcome.Skipped ? _ids.Add(scenario.Scenario.Id) : _ids.Remove(scenario.Scenario.Id);
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, _ids.Order(StringComparer.Ordinal));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // a home that cannot be written costs --rerun-failed its memory, and nothing else
        }
    }
}
