using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;

namespace Lab.Store;

/// <summary>One XML document per file, named after what it is about; a document is there whole or not at all.</summary>
/// <remarks>
/// Files of others are reported and never touched. What a killed command left behind is reported too, and goes when the
/// next command that changes something takes the lock.
/// </remarks>
internal sealed class DocumentFolder(string path)
{
    private const string Suffix = ".xml";

    public string Path => path;

    /// <summary>Makes a folder that only its owner can enter; one that exists stays as it is.</summary>
    public static void Make(string folder) => Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

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
            if (WholeFile.IsDraft(entry))
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
    public void Save(string name, string text) => WholeFile.Write(FileOf(name), text);

    public void Delete(string name) => WholeFile.Write(FileOf(name), null);

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
