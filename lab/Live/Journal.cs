using System.Text.Json;
using System.Text.Json.Serialization;
using Lab.Engine.Interop;
using Lab.Store;

namespace Lab.Live;

/// <summary>A file of the state folder as it was before a change; null when it was not there.</summary>
internal sealed record FileBefore(string Path, string? Text);

/// <summary>
/// What a change is about to touch, on disk before anything is touched and gone when the kernel has agreed.
/// </summary>
/// <remarks>
/// <code>
///   lock ─> check ─> journal: the old documents ─> store: the new ones ─> kernel ─> journal gone ─> unlock
/// </code>
/// Documents change in one step each and what rules a port in one transaction. Killed at any arrow, the documents are
/// the old or the new ones, and recovery makes the kernel follow them; if the kernel refuses them, the old ones come back.
/// </remarks>
internal sealed class Journal(StateFolder state)
{
    private readonly string _file = Path.Combine(state.Path, "journal");

    /// <summary>The change that never finished, or null.</summary>
    public IReadOnlyList<FileBefore>? Pending =>
        File.Exists(_file) ? JsonSerializer.Deserialize(File.ReadAllText(_file), JournalJson.Default.ListFileBefore) : null;

    public void Begin(IEnumerable<string> files) => WholeFile.Write(
        _file,
        JsonSerializer.Serialize(
            [.. files.Select(file => new FileBefore(file, File.Exists(file) ? File.ReadAllText(file) : null))],
            JournalJson.Default.ListFileBefore));

    /// <summary>The change is complete, or undone.</summary>
    public void End()
    {
        File.Delete(_file);
        Durability.SyncFolder(state.Path);
    }

    /// <summary>Puts the documents back as they were.</summary>
    public void Undo()
    {
        foreach (FileBefore before in Pending ?? [])
        {
            WholeFile.Write(before.Path, before.Text);
        }
    }
}

[JsonSerializable(typeof(List<FileBefore>))]
internal sealed partial class JournalJson : JsonSerializerContext;
