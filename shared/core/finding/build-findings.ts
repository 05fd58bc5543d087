import type { Replay } from '../correlate/replay.ts';
import type { Series } from '../detect/detector.ts';
import type { Settings } from '../model/settings.ts';
import type { BuildContext } from './build-context.ts';
import { buildHostFinding } from './build-host-finding.ts';
import { buildLoadBalancerFinding } from './build-load-balancer-finding.ts';
import { buildNatFinding } from './build-nat-finding.ts';
import { type Episode, episodesInSight, knownEpisodes, troubleOf } from './episodes.ts';
import type { EpisodeRecord, HumanAction } from './human-action.ts';
import { replayActs } from './replay-acts.ts';
import type { Finding } from './schema.ts';

/** What people did and what runs before this one remember; and when it is. */
export type Past = {
  readonly actions: readonly HumanAction[];
  readonly episodes: readonly EpisodeRecord[];
  readonly settings: Settings;
  readonly nowMs: number;
};

/** The findings of one subject, an episode each, as people's acts leave them. */
export function buildFindings({ series, incidents, settledMinute }: Replay, context: BuildContext, past: Past) {
  const trouble = troubleOf(series);
  const known = knownEpisodes(trouble, past.episodes);
  const episodes = episodesInSight(trouble, incidents, known, settledMinute, past.settings.episodeGapHours);
  return episodes.map((episode): Finding => {
    const finding = buildFinding(series, episode, context);
    const signalMinutes = episode.incidents.flatMap(({ signals }) => [...signals.keys()]);
    return replayActs(finding, past.actions, {
      signalMinutes,
      reopenedMs: episode.reopenedMs,
      nowMs: past.nowMs,
    });
  });
}

function buildFinding(series: Series, episode: Episode, context: BuildContext): Finding {
  switch (series.kind) {
    case 'nat':
      return buildNatFinding(series, episode, context);
    case 'host':
      return buildHostFinding(series, episode, context);
    case 'load-balancer':
      return buildLoadBalancerFinding(series, episode, context);
  }
}
