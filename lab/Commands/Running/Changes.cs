using System.Collections.Concurrent;

namespace Lab.Commands.Running;

/// <summary>Notices that something below some paths changed, and waits until editors are done with it.</summary>
internal sealed class Changes : IDisposable
{
    /// <summary>An editor that saves writes, renames and touches; all of it within less than this.</summary>
    private const int QuietMilliseconds = 200;

    private readonly BlockingCollection<string> _seen = [];
    private readonly List<FileSystemWatcher> _watchers = [];

    public Changes(IEnumerable<string> paths)
    {
        foreach (string folder in paths.Select(ScenarioPath.Parse)
            .Select(path => Directory.Exists(path.Path) ? path.Path : Path.GetDirectoryName(Path.GetFullPath(path.Path))!).Distinct())
        {
            FileSystemWatcher watcher = new(folder) { IncludeSubdirectories = true };
            watcher.Changed += (_, change) => _seen.Add(change.FullPath);
            watcher.Created += (_, change) => _seen.Add(change.FullPath);
            watcher.Deleted += (_, change) => _seen.Add(change.FullPath);
            watcher.Renamed += (_, change) => _seen.Add(change.FullPath);
            watcher.EnableRaisingEvents = true;
            _watchers.Add(watcher);
        }
    }

    /// <summary>True when something changed; false when there is nothing to wait for any more.</summary>
    public bool Wait(CancellationToken cancelled)
    {
        try
        {
            _ = _seen.Take(cancelled);
            while (_seen.TryTake(out _, QuietMilliseconds, cancelled))
            {
                // the same save, still going on
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _watchers.ForEach(watcher => watcher.Dispose());
        _seen.Dispose();
    }
}
