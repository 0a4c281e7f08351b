import { generatorFor } from '../../src/yeoman/generator-for.ts';

export default generatorFor('templating');
