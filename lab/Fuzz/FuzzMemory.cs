using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Fuzz;

/// <summary>The file from which a run can be taken up, however it ended: replaced in one step, every second.</summary>
/// <remarks>Cases judged since are judged again and count once; a find has the same name then.</remarks>
internal sealed partial class FuzzMemory(string folder, int seed, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly string _file = Path.Combine(folder, $"seed-{seed}.json");
    private long _saved = clock.GetTimestamp();

    /// <summary>Where the last run of this seed stood; null when there was none.</summary>
    public FuzzProgress? Load() =>
        File.Exists(_file) ? JsonSerializer.Deserialize(File.ReadAllText(_file), ProgressJson.Default.FuzzProgress) : null;

    /// <summary>Now and then.</summary>
    public void Note(FuzzProgress progress)
    {
        if (clock.GetElapsedTime(_saved) >= Between)
        {
            Save(progress);
        }
    }

    public void Save(FuzzProgress progress)
    {
        string draft = $"{_file}.draft";
        File.WriteAllText(draft, JsonSerializer.Serialize(progress, ProgressJson.Default.FuzzProgress));
        File.Move(draft, _file, overwrite: true);
        _saved = clock.GetTimestamp();
    }

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(FuzzProgress))]
    private sealed partial class ProgressJson : JsonSerializerContext;
}
