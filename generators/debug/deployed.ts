import { chosenByDefault } from '../../src/flask/default-class.ts';
import { deployedInDevelopment } from '../../src/flask/deployed-tier.ts';
import type { AppFacts, SettingFact } from '../../src/flask/facts.ts';
import { argumentFlag, placeOf } from '../../src/flask/flags.ts';
import type { Rule } from '../../src/mitigation.ts';

/** Settings of development that the app takes by default, or that the deployment asks for. */
export const defaultOn: Rule = {
  id: 'debug/default-on',
  severity: 'high',
  weakness: 'CWE-489',
  message: 'The settings that the app takes where nothing else is said switch debug on.',
  *find(app) {
    for (const { name, target } of chosenByDefault(app)) {
      const own = onInDevelopment(app).findLast(({ holder }) => holder?.toLowerCase().endsWith(target.toLowerCase()));
      if (own)
        yield {
          place: placeOf(own),
          why: `${name} is what the app takes when nothing else is said, and DEBUG is on there.`,
          fix: 'Make the settings of production the default.',
        };
    }
    const asked = deployedInDevelopment(app)[0];
    const own = onInDevelopment(app).at(-1);
    if (asked && own)
      yield {
        place: placeOf(asked),
        why: `Production is told to take the settings of development, and DEBUG is on there (${own.file}:${own.line}).`,
        fix: 'Ask for the settings of production.',
        atMost: 'missing',
      };
  },
};

function onInDevelopment(app: AppFacts): SettingFact[] {
  return app.settings.filter(
    (fact) =>
      fact.key === 'DEBUG' &&
      fact.role === 'production' &&
      fact.tier === 'development' &&
      argumentFlag(app, fact.value, fact).is === 'on',
  );
}

/** Flask-DebugToolbar, whatever the tier. */
export const toolbar: Rule = {
  id: 'debug/toolbar',
  severity: 'low',
  weakness: 'CWE-489',
  message: 'Flask-DebugToolbar is part of the app in production.',
  *find(app) {
    const isSwitched = app.settings.some(({ key }) => key === 'DEBUG_TB_ENABLED');
    for (const { made, role, initialised, conditional } of app.extensions)
      if (/^flask_debugtoolbar\b/.test(made) && role === 'production' && initialised && !conditional && !isSwitched)
        yield {
          place: placeOf(initialised),
          why: 'Whenever debug is on it shows settings, queries and a console.',
          fix: 'Initialise it in development only.',
        };
  },
};
