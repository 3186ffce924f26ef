using System.Text;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Interop;

namespace Lab.Store;

/// <summary>One XML document per file, named after what it is about; a document is there whole or not at all.</summary>
/// <remarks>
/// Writing goes to a file beside it whose name begins with a dot, which is synced, then renamed over the old one; then the
/// folder is synced. Files of others, and what a killed command left behind, are reported and never touched.
/// </remarks>
internal sealed class DocumentFolder(string path)
{
    private const string Suffix = ".xml";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path => path;

    /// <summary>Makes a folder that only its owner can enter; one that exists stays as it is.</summary>
    public static void Make(string folder) => Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

    public string FileOf(string name) => System.IO.Path.Combine(path, name + Suffix);

    /// <summary>Every document in the order of the names, with its text; what cannot be read is reported instead.</summary>
    public IEnumerable<(string Name, string File, string Text)> Read(Findings findings)
    {
        if (!Directory.Exists(path))
        {
            yield break;
        }

        foreach (string file in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            string entry = System.IO.Path.GetFileName(file);
            if (entry.StartsWith('.'))
            {
                findings.Add(DiagnosticTable.HalfWritten, new(file, 0, 0), "a command was interrupted while it wrote this file; it is ignored");
            }
            else if (!entry.EndsWith(Suffix, StringComparison.Ordinal) || Directory.Exists(file))
            {
                findings.Add(DiagnosticTable.ForeignFile, new(file, 0, 0), "nwlab did not write this; it is ignored");
            }
            else if (TryReadText(file, findings) is { } text)
            {
                yield return (entry[..^Suffix.Length], file, text);
            }
        }
    }

    /// <exception cref="IOException">The disk is full, or the folder cannot be written; the old document is still there.</exception>
    public void Save(string name, string text)
    {
        Make(path);
        string file = FileOf(name);
        string draft = System.IO.Path.Combine(path, $".{name}.{Guid.NewGuid():N}");
        try
        {
            using (FileStream stream = new(draft, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, file, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        Durability.SyncFolder(path);
    }

    public void Delete(string name)
    {
        File.Delete(FileOf(name));
        Durability.SyncFolder(path);
    }

    private static string? TryReadText(string file, Findings findings)
    {
        try
        {
            if (new FileInfo(file).Length <= 4L * DocumentLimits.Length) // bytes of UTF-8 per character at most
            {
                return File.ReadAllText(file);
            }

            findings.Add(DiagnosticTable.UnreadableDefinition, new(file, 0, 0), "the file is larger than any definition; it is ignored");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            findings.Add(DiagnosticTable.UnreadableDefinition, new(file, 0, 0), $"the file cannot be read: {refused.Message}");
        }

        return null;
    }
}
