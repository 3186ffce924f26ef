using System.Text;
using Lab.Engine.Interop;

namespace Lab.Store;

/// <summary>A file that is there whole or not at all, whatever is killed meanwhile.</summary>
/// <remarks>
/// The text goes to a draft beside it, which is synced and renamed over the old file; then the folder is synced. Whoever
/// holds the state's lock knows that no draft is being written, so those that it finds were left by a kill.
/// </remarks>
internal static class WholeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file in one step, or removes it.</summary>
    /// <param name="text">Null to remove.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written; the old file is still there.</exception>
    public static void Write(string path, string? text)
    {
        string folder = Path.GetDirectoryName(path)!;
        DocumentFolder.Make(folder);
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            string draft = Path.Combine(folder, $".{Path.GetFileName(path)}.draft");
            try
            {
                WriteDraft(draft, text);
                FaultPoint.Pass(FaultPoint.Drafted);
                File.Move(draft, path, overwrite: true);
            }
            catch
            {
                File.Delete(draft);
                throw;
            }
        }

        Durability.SyncFolder(folder);
    }

    /// <summary>Whether a file of this name is the beginning of one that was never finished.</summary>
    public static bool IsDraft(string name) => name.StartsWith('.') && name.EndsWith(".draft", StringComparison.Ordinal);

    /// <summary>Removes the drafts that a killed command left in a folder and below; for whoever holds the lock.</summary>
    public static void RemoveDrafts(string folder)
    {
        foreach (string draft in Directory.EnumerateFiles(folder, ".*.draft", SearchOption.AllDirectories))
        {
            File.Delete(draft);
        }
    }

    private static void WriteDraft(string draft, string text)
    {
        using FileStream stream = new(draft, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}
